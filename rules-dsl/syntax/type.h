// The types of fields and expressions.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tocsin::dsl {

enum class TypeKind : uint8_t {
  kError,  // a mistake was already reported here
  kBool,
  kInt,
  kDecimal,  // int64 scaled by 10,000
  kFloat,
  kText,
  kTime,      // microseconds since the epoch, UTC
  kDate,      // days since 1970-01-01
  kUscc,      // text at run time; .suspect
  kRegion,    // text at run time; .province .city
  kIndustry,  // text at run time; .section .division
  kEnum,      // index into values at run time
};

struct EnumType {
  std::vector<std::string> values;
  bool ordered = false;  // `a < b < c`
};

struct Type {
  TypeKind kind = TypeKind::kError;
  std::shared_ptr<const EnumType> values;  // kEnum only
  bool is_private = false;                 // kText only: a keyed pseudonym stands for the value
};

}  // namespace tocsin::dsl
