/*
description: Each distinct valid client address of the log. Never published.
materialized: table
grain: c_ip
tags: [match]
columns:
  c_ip:         {type: text, pii: personal, description: "The warehouse's text, unchanged."}
  address:      {type: inet, pii: personal, tests: [unique, not_null], description: "The same as an address."}
  family:       {type: text, pii: none, tests: [{accepted_values: [ipv4, ipv6]}], description: "ipv4 or ipv6."}
  leading_bits: {type: bigint, pii: personal, tests: [not_null], description: "All 32 bits of IPv4, the upper 64 of IPv6 less 2^63."}
*/
with addresses as (
    select
        c_ip,
        c_ip::inet as address,
        family
    from {{ref "ip_count"}}
),

final as (
    select
        c_ip,
        address,
        family,
        {{> leading_bits address="address"}} as leading_bits
    from addresses
)

select * from final
