-- Rain and snow as conditions of the roads: everywhere and on every road, at the factors of the map's profile.

alter table dispatch.road_condition drop constraint road_condition_kind_check;
alter table dispatch.road_condition
  add constraint road_condition_kind_check check (kind in ('closure', 'flood', 'slow', 'speed', 'rain', 'snow')),
  add constraint weather_is_everywhere
    check (kind not in ('rain', 'snow') or (place = 'everywhere' and cardinality(classes) = 0 and road = ''));
