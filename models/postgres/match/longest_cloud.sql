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
with addresses as not materialized (
    select
        address,
        family,
        leading_bits
    from {{ref "cust_ip"}}
),

prefixes as not materialized (
    select
        prefix,
        family,
        first,
        last
    from {{ref "cloud_ip_ranges"}}
),

{{> longest_prefix}}

select * from final
