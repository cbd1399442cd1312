#include "engine/record/row_key.h"

#include "rules-dsl/value/text.h"

namespace tocsin {

namespace {

void append_part(std::string& key, const std::string& part) {
  for (const char c : part) {
    if (c == '|' || c == '\\') key += '\\';
    key += c;
  }
}

}  // namespace

std::optional<std::string> key_of(const plan::Domain& domain, const Row& row,
                                  const Calendar& calendar) {
  const plan::TypeUse& use = domain.types[row.type];
  if (!use.taken) return std::nullopt;
  if (domain.by_subject()) {  // a warning may have none
    if (row.subject().empty()) return std::nullopt;
    return std::string(row.subject());
  }
  std::string key;
  for (size_t i = 0; i < use.key.size(); ++i) {
    const Value value = row.value(use.key[i].slot);
    if (value.is_missing()) return std::nullopt;
    std::string part = key_text(value, use.key[i].type, calendar);
    if (use.key.size() == 1) return part;
    if (i > 0) key += '|';
    append_part(key, part);
  }
  return key;
}

}  // namespace tocsin
