-- Ranges taken apart by hand: a row for each family and sector a grant reaches, so that both are plain equalities and
-- a join can hash them. The wide columns stay in `grants`, looked up for the few pairs that are left.
create table reached as
select f.family, s.sector, g.id, g.kind, lower(g.days) as starts, upper(g.days) as ends, g.fields, g.places,
  (select bit_or(1 << act) from unnest(g.acts) r, generate_series(lower(r), upper(r) - 1) act) as acts,
  g.kind = 'licence' and not isempty(g.shuts_out) as keeps
from grants g
cross join lateral (select distinct family from unnest(g.assets) r join families on asset between lower(r) and upper(r) - 1) f
cross join lateral (select distinct sector from unnest(g.fields) r join sectors on field between lower(r) and upper(r) - 1) s;
create table keepers as select * from reached where keeps;
create index on reached (family, sector);
vacuum analyze reached;
vacuum analyze keepers;
create view clashes as
with pairs as materialized (
  select distinct a.id as keeps_out, b.id as lets_in
  from keepers a
  join reached b using (family, sector)
  where b.kind = 'licence' and a.starts < b.ends and b.starts < a.ends and a.acts & b.acts <> 0
    and a.fields && b.fields and a.places && b.places and a.id <> b.id)
select p.*, w.*
from pairs p
join grants a on a.id = p.keeps_out
join grants b on b.id = p.lets_in
cross join lateral (select lower(a.days * b.days), lower(a.assets * b.assets), lower(a.acts * b.acts),
  lower(a.fields * b.fields), lower(a.places * b.places), lower(a.shuts_out * b.holders)) w (day, asset, act, field, place, party)
where a.assets && b.assets and a.shuts_out && b.holders and a.id <> all (b.above);
create view answers as
select id, case
  when bool_or(licence and holds and keepers <@ above) then 'granted'
  when bool_or(licence and holds) then 'contested'
  when bool_or(keeps_out) then 'forbidden'
  when bool_or(holds) then 'own'
  else 'not granted' end as answer
from (
  select q.id, g.kind = 'licence' as licence, g.holders @> q.party as holds, g.shuts_out @> q.party as keeps_out, g.above,
    coalesce(array_agg(g.id) filter (where g.kind = 'licence' and g.shuts_out @> q.party) over (partition by q.id), '{}')
      as keepers
  from questions q
  join families using (asset)
  join sectors using (field)
  left join (reached r join grants g using (id)) on r.family = families.family and r.sector = sectors.sector
    and r.starts <= q.day and q.day < r.ends and r.acts & (1 << q.act) <> 0 and r.fields @> q.field
    and r.places @> q.place and g.assets @> q.asset) here
group by id;
