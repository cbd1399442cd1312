// The language's functions of times, and the parts of coded texts, on values.
//
// Total: missing in, missing out; a value of another kind, a year that is not supported or a
// malformed code gives missing, too. Texts returned point into the bytes of the text given.
#pragma once

#include <string_view>

#include "rules-dsl/value/calendar.h"
#include "rules-dsl/value/value.h"

namespace tocsin {

// Of a time (on the zone's clock) or a date (hour 0).
Value year(Value when, const Calendar& calendar);
Value month(Value when, const Calendar& calendar);
Value day(Value when, const Calendar& calendar);
Value weekday(Value when, const Calendar& calendar);  // 1 = Monday .. 7 = Sunday
Value hour(Value when, const Calendar& calendar);

// Missing also for a day that the calendar of working days does not hold.
Value is_workday(Value when, const Calendar& calendar);

// The local day of `to` minus that of `from`.
Value days_between(Value from, Value to, const Calendar& calendar);

// A region is six digits (GB/T 2260): its first two, its first four.
bool is_region(std::string_view code);
Value province(Value region);
Value city(Value region);
// An industry is a capital letter, alone or with two to four digits (GB/T 4754): the letter; the
// letter and two digits, which a section alone does not have.
bool is_industry(std::string_view code);
Value section(Value industry);
Value division(Value industry);
// Whether a credit code fails its check (uscc.h).
Value suspect(Value code);

}  // namespace tocsin
