/*
description: Every AS that has a name or originates a prefix, with what it is called everywhere.
materialized: table
grain: asn
published: true
tags: [report]
columns:
  asn:            {type: int64, pii: none, description: "Number of the autonomous system."}
  company:        {type: string, pii: none, description: "The vendor where there is one, else the name of the AS; null where it has none."}
  as_name:        {type: string, pii: none, description: "Name in the AS name list; null where it is not there."}
  country:        {type: string, pii: none, description: "Country in that list."}
  vendor:         {type: string, pii: none, tests: [not_null], description: "Vendor by the seed, else unknown."}
  peeringdb_name: {type: string, pii: none, description: "Name on PeeringDB."}
  website:        {type: string, pii: none, description: "Website on PeeringDB."}
*/
with systems as (
    select asn
    from {{ref "asnproc"}}
),

names as (
    select
        asn,
        name,
        country
    from {{ref "company_asn"}}
),

vendors as (
    select
        asn,
        vendor
    from {{ref "vendors"}}
),

networks as (
    select
        asn,
        name,
        website
    from {{ref "peeringdb_metadata"}}
),

final as (
    select
        systems.asn,
        coalesce(vendors.vendor, names.name) as company,
        names.name as as_name,
        names.country,
        coalesce(vendors.vendor, 'unknown') as vendor,
        networks.name as peeringdb_name,
        networks.website
    from systems
    left join names
        on systems.asn = names.asn
    left join vendors
        on systems.asn = vendors.asn
    left join networks
        on systems.asn = networks.asn
)

select * from final
