/*
description: Each loan of the desk's lists.
grain: loan_number
columns:
  loan_number: {type: int64, pii: none}
  book_id:     {type: int64, pii: none}
  reader:      {type: string, pii: personal}
  lent_on:     {type: date, pii: none}
  days:        {type: int64, pii: none, tests: [{expression: days >= 0}]}
tags: [desk]
*/
select
    loan_number,
    book_id,
    reader,
    lent_on,
    days
from {{source "desk" "loan"}}
