/*
description: The longest announced prefix that holds each client address; addresses that none holds are left out.
materialized: table
unlogged: true
grain: address
tags: [match]
columns:
  address: {type: inet, pii: personal, description: "Client address."}
  prefix:  {type: cidr, pii: none, tests: [not_null], description: "The longest announced prefix that holds it."}
*/
with address_blocks as (
    select
        block,
        address
    from {{ref "address_blocks"}}
),

announced_blocks as (
    select
        block,
        prefix
    from {{ref "announced_blocks"}}
),

final as (
    {{> longest_prefix blocks="announced_blocks"}}
)

select * from final
