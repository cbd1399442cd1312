// table[key].column
#include "rules-dsl/check/expressions.h"
#include "rules-dsl/check/types.h"

namespace tocsin::dsl::checking {

Type ExpressionChecker::check_lookup(Lookup& lookup, const Scope& scope) {
  lookup.table_index = find_in(context_.tables, lookup.table);
  if (lookup.table_index < 0) {
    check(*lookup.key, scope);
    if (context_.policy.damage.may_declare(lookup.table)) return {};
    report_.add(Code::kUnknownTable, lookup.table_span, "unknown table " + quote(lookup.table),
                context_.policy.tables.empty()
                    ? Hint{"declare it: table " + lookup.table + " from \"" + lookup.table +
                               ".csv\" key code { code text, … }",
                           {}}
                    : nearest(lookup.table, context_.names_of(context_.tables), "the tables are"));
    return {};
  }
  const TableDecl& table = context_.policy.tables[static_cast<size_t>(lookup.table_index)];
  const bool has_key = table.key_column >= 0;
  const Type key = has_key ? table.columns[static_cast<size_t>(table.key_column)].type : Type{};
  check(*lookup.key, scope, has_key ? &key : nullptr);
  if (has_key && !check_lookup_key(lookup, table)) return {};

  std::vector<std::string> names;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    names.push_back(table.columns[i].name.text);
    if (names.back() != lookup.column) continue;
    lookup.column_index = static_cast<int>(i);
    return has_key ? table.columns[i].type : Type{};
  }
  report_.add(Code::kUnknownColumn, lookup.column_span,
              "table " + quote(table.name.text) + " has no column " + quote(lookup.column),
              nearest(lookup.column, names, "its columns are"));
  return {};
}

// An int meets the keys of a decimal; other kinds must be those of the key.
bool ExpressionChecker::check_lookup_key(const Lookup& lookup, const TableDecl& table) {
  const Type& given = lookup.key->type;
  const Type& key = table.columns[static_cast<size_t>(table.key_column)].type;
  if (is_error(given) || is_error(key)) return false;
  if (given.is_private) {
    report_.add(Code::kPrivateRead, lookup.key->span,
                "a private value cannot be looked up: a pseudonym stands for it",
                {.help = "look up by a field that is not private", .fix = {}});
    return false;
  }
  const bool widens = given.kind == TypeKind::kInt && key.kind == TypeKind::kDecimal;
  if (is_same(given, key) || (is_text(given) && is_text(key)) || widens) return true;
  report_.add(Code::kLookupKey, lookup.key->span,
              "the key of table " + quote(table.name.text) + " is " + describe(key) + ", but " +
                  report_.quote(*lookup.key) + " is " + describe(given),
              {.help = "look up by a value of the type of " + quote(table.key.text), .fix = {}});
  return false;
}

}  // namespace tocsin::dsl::checking
