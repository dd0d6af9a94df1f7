/*
description: Announced prefixes with the AS, company and vendor behind them, and the cloud range that holds the whole prefix.
materialized: table
grain: prefix
tags: [vendor]
columns:
  prefix:    {type: cidr, pii: none, description: "Announced block of addresses."}
  family:    {type: text, pii: none, tests: [{accepted_values: [ipv4, ipv6]}], description: "ipv4 or ipv6."}
  first:     {type: inet, pii: none, crosses: false, tests: [not_null], description: "First address of the block."}
  last:      {type: inet, pii: none, crosses: false, tests: [not_null], description: "Last address of the block."}
  first_int: {type: numeric, pii: none, crosses: false, tests: [not_null], description: "First address as a number of up to 128 bits."}
  last_int:  {type: numeric, pii: none, crosses: false, tests: [not_null], description: "Last address as a number of up to 128 bits."}
  asn:       {type: bigint, pii: none, tests: [not_null], description: "The AS that announces it."}
  company:   {type: text, pii: none, description: "The vendor where there is one, else the name of the AS; null where it has none."}
  vendor:    {type: text, pii: none, tests: [not_null], description: "Vendor of the AS by the seed, else unknown."}
  cloud:     {type: text, pii: none, description: "Provider of the longest cloud range that holds the whole prefix; null where none does."}
  region:    {type: text, pii: none, description: "Region of that range."}
tests:
  - expression: first_int <= last_int
*/
with prefixes as (
    select
        prefix,
        asn,
        family,
        first,
        last
    from {{ref "pyasn_ip_asn_extended"}}
),

names as (
    select
        asn,
        name
    from {{ref "company_asn"}}
),

vendors as (
    select
        asn,
        vendor
    from {{ref "vendor_asns"}}
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
        prefixes.first,
        prefixes.last,
        {{> address_number address="prefixes.first"}} as first_int,
        {{> address_number address="prefixes.last"}} as last_int,
        prefixes.asn,
        coalesce(vendors.vendor, names.name) as company,
        coalesce(vendors.vendor, 'unknown') as vendor,
        clouds.cloud,
        clouds.region
    from prefixes
    left join names
        on prefixes.asn = names.asn
    left join vendors
        on prefixes.asn = vendors.asn
    left join clouds
        on prefixes.prefix = clouds.prefix
)

select * from final
