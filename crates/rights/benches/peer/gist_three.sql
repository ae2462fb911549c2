-- One index over the three ranges that narrow most.
create index on grants using gist (assets, fields, days);
\ir gist.sql
