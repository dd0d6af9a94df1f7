/*
description: The books as readers see them.
grain: book_id
published: true
columns:
  book_id: {type: bigint, pii: none, description: Number of the book.}
  title:   {type: text, pii: none}
  shelf:   {type: text, pii: none, tests: [{relationships: {to: books, column: shelf}}]}
tags: [shelves]
*/
select
    book_id,
    title,
    shelf
from {{ref "books"}}
