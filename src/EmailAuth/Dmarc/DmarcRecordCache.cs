using EmailAuth.Syntax;

namespace EmailAuth.Dmarc;

/// <summary>Parsed records; null for a text that is not a record. Honest records are shorter than 1,024 characters.</summary>
internal sealed class DmarcRecordCache() : TextCache<DmarcRecord?>(capacity: 2048, usualTextLength: 256, maxTextLength: 1024, text => DmarcRecord.Parse(text).Value);
