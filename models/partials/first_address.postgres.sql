set_masklen({{prefix}}::inet, case family({{prefix}}) when 4 then 32 else 128 end)
