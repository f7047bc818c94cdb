using EmailAuth.Syntax;

namespace EmailAuth.Spf;

/// <summary>Parsed records, and the errors of records that do not parse. What is longer than 2,048 characters is rare, and costs little compared with sending it.</summary>
internal sealed class SpfRecordCache() : TextCache<ParseResult<SpfRecord>>(capacity: 4096, usualTextLength: 256, maxTextLength: 2048, SpfRecord.Parse);
