/*
description: The longest cloud range that holds each client address; addresses that none holds are left out.
materialized: table
unlogged: true
grain: address
tags: [match]
columns:
  address: {type: inet, pii: personal, description: "Client address."}
  prefix:  {type: cidr, pii: none, tests: [not_null], description: "The longest cloud range that holds it."}
*/
with address_blocks as (
    select
        block,
        address
    from {{ref "address_blocks"}}
),

cloud_blocks as (
    select
        block,
        prefix
    from {{ref "cloud_blocks"}}
),

final as (
    {{> longest_prefix blocks="cloud_blocks"}}
)

select * from final
