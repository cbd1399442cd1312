// Every bound of the program, with its unit and its reason. Tests try each at n and at n + 1.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tocsin::limits {

// --- a policy
inline constexpr size_t kPolicyBytesMax =
    64u << 20;  // all files together; 10,000 rules take about 3 MiB
inline constexpr size_t kNestingMax =
    200;  // expressions within expressions; keeps recursion within the stack
inline constexpr size_t kRulesMax = 100'000;      // equal windows are looked for one by one: 6 s
inline constexpr size_t kRecordTypesMax = 1'000;  // a row has 16 bits for its type
inline constexpr size_t kLevelsMax = 100;         // a warning has 8 bits for its level
inline constexpr size_t kRulesReadMax =
    1'000;                                // by others: their warnings are types of records, too
inline constexpr size_t kLayersMax = 50;  // rules in a row, each over the warnings of the next
inline constexpr size_t kStepsMax = 8;    // records bound by one `on` rule
inline constexpr size_t kUntilsMax = 16;  // `until` clauses of a record or a rule
inline constexpr size_t kFieldsMax = 64;  // fields of one record type; presence is one 64-bit word
inline constexpr size_t kWithMax = 48;  // with the key and the level a record of kFieldsMax fields
inline constexpr size_t kKeyPartsMax = 8;        // fields of `by (a, b, …)`
inline constexpr size_t kIdPartsMax = 16;        // columns joined to one id
inline constexpr size_t kEnumValuesMax = 1'000;  // values of one `one of`
inline constexpr size_t kScoreItemsMax = 200;    // of one score, and as many caps of its grade
inline constexpr size_t kGradesMax = 20;         // of one score; each adds to its depth
inline constexpr int64_t kPointsMax =
    1'000'000'000;                                 // of a score's item, start, bound or threshold
inline constexpr size_t kNameBytesMax = 200;       // an identifier
inline constexpr int64_t kDurationYearsMax = 200;  // longer windows never fill in real data
inline constexpr int64_t kLastNMax = 1'000'000;    // rows of a length window
inline constexpr int64_t kHopsMax = 4;             // of `across`: each multiplies the names
inline constexpr int64_t kReachNames = 1'000;      // names within reach when `at most` does not say
inline constexpr int64_t kReachNamesMax = 100'000;  // `at most`: a key holds their records
inline constexpr int64_t kWorkdaysMax =
    1'000;  // of one span: some four years; their longest is worked out for each
inline constexpr size_t kWorkdayCalendarDaysMax =
    36'525;  // a hundred years; two bits would do, so few MiB
inline constexpr size_t kAttachedBytesMax =
    16u << 20;  // one file that the policy names; its canonical text holds all of it
inline constexpr size_t kTableRowsMax =
    200'000;  // of one table; all of China's regions and industries are 6,000

// --- a record
inline constexpr size_t kPaddingBytes = 64;  // readable bytes behind a buffer that simdjson reads
inline constexpr size_t kLineBytesMax = 1u << 20;     // one line of input (engine.md 4)
inline constexpr size_t kTextBytesMax = 64u << 10;    // one text value
inline constexpr size_t kIdBytesMax = 1'024;          // an id or a subject
inline constexpr size_t kRejectTextBytesMax = 4'096;  // of a rejected line kept in the reject log

// --- evaluation
inline constexpr uint64_t kSequenceLooksMax =
    1'000'000;  // at records, for one last record of one rule: a tenth of a second

// --- time
inline constexpr int kYearMin = 1;
inline constexpr int kYearMax = 9999;

// --- a warning
inline constexpr size_t kEvidenceMax = 20;  // ids sent with a warning (engine.md 5)
inline constexpr size_t kMessageBytesMax =
    4'096;  // a message longer than this is cut at a character

// --- a connection (connectors/tcp/README.md)
inline constexpr size_t kControlLineBytesMax =
    64u << 10;  // a hello, subscribe or ack line; 2,000 rule names fit
inline constexpr size_t kPeerNameBytesMax = 200;  // name of a source or a subscriber
inline constexpr size_t kFeedersMax = 400;  // connections that bring records; with the subscribers
inline constexpr size_t kSubscribersMax =
    400;  // they fit into the usual 1,024 descriptors of a process
inline constexpr size_t kReplyBytesMax =
    256u << 10;  // answers waiting for a feeder that does not read them
inline constexpr size_t kSliceBytesMax = 256u
                                         << 10;  // of the warning log in memory for one subscriber
inline constexpr size_t kReadBytesMax =
    256u << 10;  // taken from a socket at a time: fairness between connections
inline constexpr size_t kInboxBytesMax =
    8u << 20;  // lines waiting for the engine; then feeders are held back
inline constexpr size_t kBatchBytesMax = 1u << 20;  // a batch closes at this size (engine.md 1)
inline constexpr size_t kBatchLinesMax =
    50'000;  // and at this one: a line of two bytes, rejected, takes some hundred
inline constexpr int64_t kLineSecondsMax =
    60;  // from a line's first byte to its last, and to the first line
inline constexpr int64_t kLingerSecondsMax =
    5;  // for the other side to take the last words before a close
inline constexpr size_t kTurnedAwayMax =
    64;  // peers that hear why they are turned away, at a time; more are closed without a word
// A peer that is there acknowledges what is sent, read or not, every 120 seconds at the latest: TCP
// waits no longer between two attempts.
inline constexpr int64_t kVanishedSecondsMax = 180;

}  // namespace tocsin::limits
