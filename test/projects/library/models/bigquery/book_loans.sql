/*
description: How often each book was lent.
grain: book_id
columns:
  book_id: {type: int64, pii: none}
  loans:   {type: int64, pii: none, description: Number of loans.}
  days:    {type: int64, pii: none}
tags: [desk]
*/
select
    book_id,
    count(*) as loans,
    sum(days) as days
from {{ref "loans"}}
group by book_id
