/*
description: Which company announces which block of addresses; all blocks, with or without traffic.
materialized: table
grain: prefix
published: true
cluster_by: [vendor, asn]
tags: [report]
columns:
  prefix:  {type: string, pii: none, description: "Announced block, text with its length."}
  family:  {type: string, pii: none, tests: [{accepted_values: [ipv4, ipv6]}], description: "ipv4 or ipv6."}
  asn:     {type: int64, pii: none, tests: [not_null], description: "The AS that announces it."}
  company: {type: string, pii: none, description: "The vendor where there is one, else the name of the AS; null where it has none."}
  vendor:  {type: string, pii: none, tests: [not_null], description: "Vendor of the AS by the seed, else unknown."}
  cloud:   {type: string, pii: none, description: "Provider of the longest cloud range that holds the whole block; null where none does."}
  region:  {type: string, pii: none, description: "Region of that range."}
*/
with prefixes as (
    select
        prefix,
        family,
        asn
    from {{ref "pyasn_ip_asn_extended"}}
),

companies as (
    select
        asn,
        company,
        vendor
    from {{ref "asn_company_lookup"}}
),

clouds as (
    select
        prefix,
        cloud,
        region
    from {{ref "prefix_clouds"}}
),

final as (
    select
        prefixes.prefix,
        prefixes.family,
        prefixes.asn,
        companies.company,
        companies.vendor,
        clouds.cloud,
        clouds.region
    from prefixes
    left join companies
        on prefixes.asn = companies.asn
    left join clouds
        on prefixes.prefix = clouds.prefix
)

select * from final
