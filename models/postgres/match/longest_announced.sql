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
    from {{ref "pyasn_ip_asn_extended"}}
),

{{> longest_prefix}}

select * from final
