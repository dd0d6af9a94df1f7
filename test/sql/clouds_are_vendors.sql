/*
description: A cloud is spelled as a vendor of the seed, so that no provider appears twice under two names.
engine: postgres
*/
select distinct ranges.cloud
from {{ref "cloud_ip_ranges"}} as ranges
left join {{ref "vendor_asns"}} as vendors
    on ranges.cloud = vendors.vendor
where vendors.vendor is null
