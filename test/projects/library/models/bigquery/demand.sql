/*
description: Demand by shelf, with the fines that it may bring.
grain: shelf
published: true
summary: true
columns:
  shelf: {type: string, pii: none}
  loans: {type: int64, pii: none, tests: [not_null]}
  days:  {type: int64, pii: none}
  fines: {type: numeric, pii: none, description: Days times the fine of a day.}
tags: [report]
*/
select
    shelf,
    loans,
    days,
    cast(days as numeric) * {{var "fine_per_day" "numeric"}} as fines
from {{ref "shelf_demand"}}
