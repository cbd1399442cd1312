// What a Calendar keeps; for the calendar's own files only.
#pragma once

#include "rules-dsl/value/calendar.h"
#include "rules-dsl/value/zone_table.h"

namespace tocsin {

struct Calendar::Zone {
  ZoneTable table;
  int64_t time_min;  // the first and the last supported microsecond
  int64_t time_max;
};

}  // namespace tocsin
