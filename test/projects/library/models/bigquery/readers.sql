/*
description: Number of readers and loans of each month.
grain: month
published: true
columns:
  month:   {type: date, pii: none}
  readers: {type: int64, pii: none}
  loans:   {type: int64, pii: none}
tags: [report]
*/
select
    date_trunc(lent_on, month) as month,
    count(distinct reader) as readers,
    count(*) as loans
from {{ref "loans"}}
group by month
