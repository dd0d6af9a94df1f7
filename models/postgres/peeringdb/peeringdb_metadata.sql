/*
description: What networks say of themselves on PeeringDB, entries in force only. No contact, no e-mail. Copied to the warehouse.
materialized: table
grain: asn
export: true
tags: [asn]
columns:
  asn:     {type: bigint, pii: none, description: "AS of the network."}
  name:    {type: text, pii: none, tests: [not_null], description: "Name of the network."}
  website: {type: text, pii: none, description: "Its website; null where none is entered."}
  updated: {type: timestamptz, pii: none, description: "When the entry was last changed."}
*/
with networks as (
    select
        id,
        asn,
        name,
        website,
        updated
    from {{source "peeringdb" "net"}}
),

final as (
    select distinct on (asn)                                        -- an AS has one entry; of two the newer counts
        asn,
        name,
        nullif(website, '') as website,
        updated
    from networks
    order by asn, updated desc, id
)

select * from final
