set_masklen(broadcast({{prefix}}), case family({{prefix}}) when 4 then 32 else 128 end)
