#include "tests/support/private_values.h"

#include <map>

namespace tocsin::testing {
namespace {

std::map<std::string, std::string>& values() {
  static std::map<std::string, std::string> values;
  return values;
}

}  // namespace

std::shared_ptr<const Pseudonyms> test_pseudonyms() {
  static const auto pseudonyms = std::make_shared<const Pseudonyms>(Pseudonyms::Secret{1, 2, 3});
  return pseudonyms;
}

std::string hidden(const std::string& value) {
  std::string pseudonym = test_pseudonyms()->of(value);
  values()[pseudonym] = value;
  return pseudonym;
}

std::string unhidden(const std::string& pseudonym) { return values().at(pseudonym); }

}  // namespace tocsin::testing
