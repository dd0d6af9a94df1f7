/*
description: Loans of each shelf; a book that is on no shelf is on `unknown`.
grain: shelf
columns:
  shelf: {type: text, pii: none}
  loans: {type: bigint, pii: none, tests: [not_null]}
  days:  {type: bigint, pii: none}
tags: [shelves]
*/
with book_loans as (
    select
        book_id,
        loans,
        days
    from {{ref "book_loans"}}
),

books as (
    select
        book_id,
        shelf
    from {{ref "books"}}
),

final as (
    select
        coalesce(books.shelf, 'unknown') as shelf,
        sum(book_loans.loans)::bigint as loans,
        sum(book_loans.days)::bigint as days
    from book_loans
    left join books
        on book_loans.book_id = books.book_id
    group by coalesce(books.shelf, 'unknown')
)

select * from final
