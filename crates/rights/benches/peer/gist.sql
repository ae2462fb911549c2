-- The questions as they are asked of the rows themselves; whichever index there is answers them.
vacuum analyze grants;
create view clashes as
select a.id as keeps_out, b.id as lets_in, w.*
from grants a
join grants b on a.assets && b.assets and a.days && b.days and a.fields && b.fields and a.places && b.places
  and a.acts && b.acts and a.shuts_out && b.holders
cross join lateral (select lower(a.days * b.days), lower(a.assets * b.assets), lower(a.acts * b.acts),
  lower(a.fields * b.fields), lower(a.places * b.places), lower(a.shuts_out * b.holders)) w (day, asset, act, field, place, party)
where a.kind = 'licence' and b.kind = 'licence' and not isempty(a.shuts_out) and a.id <> b.id and a.id <> all (b.above);
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
  left join grants g on g.assets @> q.asset and g.days @> q.day and g.fields @> q.field and g.places @> q.place
    and g.acts @> q.act) here
group by id;
