-- One index over all the ranges.
create index on grants using gist (assets, days, fields, places, acts);
\ir gist.sql
