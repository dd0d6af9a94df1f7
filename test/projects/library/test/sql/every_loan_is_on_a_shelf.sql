/*
description: The shelves' loans add up to all loans.
*/
with shelves as (
    select sum(loans) as loans from {{ref "demand"}}
),

desk as (
    select count(*) as loans from {{ref "loans"}}
)

select
    shelves.loans as shelf_loans,
    desk.loans as desk_loans
from shelves
cross join desk
where shelves.loans != desk.loans
