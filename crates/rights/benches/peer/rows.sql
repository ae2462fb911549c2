-- The rows as they are told, one for each grant; a set of positions is a multirange.
create extension btree_gist;
create extension cube;
create table grants (
  id int primary key, kind text not null, days daterange not null, assets int4multirange not null,
  acts int4multirange not null, fields int4multirange not null, places int4multirange not null,
  holders int4multirange not null, shuts_out int4multirange not null, above int[] not null
);
create table questions (
  id int primary key, day date not null, asset int not null, act int not null, field int not null, place int not null,
  party int not null
);
-- Which family an asset is of, and which sector a field.
create table families (asset int primary key, family int not null);
create table sectors (field int primary key, sector int not null);
\copy grants from 'grants.tsv'
\copy questions from 'questions.tsv'
\copy families from 'families.tsv'
\copy sectors from 'sectors.tsv'
vacuum analyze;
