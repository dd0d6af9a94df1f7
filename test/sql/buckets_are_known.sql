/*
description: The log has no bucket that the list of buckets misses.
severity: warn
*/
select
    requests.cs_bucket,
    count(*) as requests
from {{ref "usage_all_raw"}} as requests
left join {{ref "buckets"}} as buckets
    on requests.cs_bucket = buckets.bucket
where buckets.bucket is null
group by requests.cs_bucket
