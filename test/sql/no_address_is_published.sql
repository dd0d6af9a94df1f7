/*
description: No value of a published text column is a client address.
for_each: published text column
*/
with published as (
    select distinct trim({{ident "column"}}) as value
    from {{this}}
)

select value
from published
where
    -- dotted quad; eight groups; six groups and a dotted quad; anything with ::
    regexp_contains(value, r'^(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])$')
    or regexp_contains(value, r'^(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}$')
    or regexp_contains(value, r'^(?:[0-9a-fA-F]{1,4}:){6}(?:[0-9]{1,3}\.){3}[0-9]{1,3}$')
    or regexp_contains(value, r'^[0-9a-fA-F:]*::[0-9a-fA-F:.]*$')
