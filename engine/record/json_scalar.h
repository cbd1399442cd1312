// One value of a parsed line as a Scalar.
#pragma once

#include <simdjson.h>

#include <string_view>

#include "engine/record/field_value.h"

namespace tocsin {

// False on malformed JSON. `token` is the value as it is written.
inline bool read_scalar(simdjson::ondemand::value& value, Scalar& scalar, std::string_view& token) {
  namespace sj = simdjson;
  sj::ondemand::json_type type;
  if (value.type().get(type) != sj::SUCCESS) return false;
  token = value.raw_json_token();
  while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ') token.remove_suffix(1);
  switch (type) {
    case sj::ondemand::json_type::null: {
      scalar.kind = Scalar::Kind::kNull;
      bool is_null = false;  // the type is told by the first letter alone
      return value.is_null().get(is_null) == sj::SUCCESS && is_null;
    }
    case sj::ondemand::json_type::boolean:
      scalar.kind = Scalar::Kind::kBool;
      return value.get_bool().get(scalar.boolean) == sj::SUCCESS;
    case sj::ondemand::json_type::string:
      scalar.kind = Scalar::Kind::kText;
      return value.get_string().get(scalar.text) == sj::SUCCESS;
    case sj::ondemand::json_type::number: {
      scalar.kind = Scalar::Kind::kNumber;
      scalar.text = token;
      double checked;  // consumes the value, and refuses what is no JSON number
      return value.get_double().get(checked) == sj::SUCCESS;
    }
    case sj::ondemand::json_type::array: {
      scalar.kind = Scalar::Kind::kNested;
      sj::ondemand::array list;
      return value.get_array().get(list) == sj::SUCCESS &&
             list.raw_json().get(token) == sj::SUCCESS;
    }
    case sj::ondemand::json_type::object: {
      scalar.kind = Scalar::Kind::kNested;
      sj::ondemand::object object;
      return value.get_object().get(object) == sj::SUCCESS &&
             object.raw_json().get(token) == sj::SUCCESS;
    }
  }
  return false;
}

}  // namespace tocsin
