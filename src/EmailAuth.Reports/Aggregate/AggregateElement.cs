namespace EmailAuth.Reports.Aggregate;

/// <summary>
/// The elements of a report, each in its place, numbered in the order of the schema. At most 64, so that those seen fit into a word.
/// </summary>
internal static class AggregateElement
{
    public const int Feedback = 0;
    public const int Version = 1;
    public const int Metadata = 2;
    public const int OrganizationName = 3;
    public const int Email = 4;
    public const int ExtraContactInfo = 5;
    public const int ReportId = 6;
    public const int Period = 7;
    public const int Begin = 8;
    public const int End = 9;
    public const int Error = 10;
    public const int Generator = 11;
    public const int Policy = 12;
    public const int PolicyDomain = 13;
    public const int PolicyP = 14;
    public const int PolicySp = 15;
    public const int PolicyNp = 16;
    public const int PolicyDkimAlignment = 17;
    public const int PolicySpfAlignment = 18;
    public const int PolicyDiscovery = 19;
    public const int PolicyFailureOptions = 20;
    public const int PolicyTesting = 21;
    public const int PolicyPercentage = 22;
    public const int Extension = 23;
    public const int Record = 24;
    public const int Row = 25;
    public const int Source = 26;
    public const int Count = 27;
    public const int Evaluated = 28;
    public const int Disposition = 29;
    public const int EvaluatedDkim = 30;
    public const int EvaluatedSpf = 31;
    public const int Reason = 32;
    public const int ReasonType = 33;
    public const int ReasonComment = 34;
    public const int Identifiers = 35;
    public const int HeaderFrom = 36;
    public const int EnvelopeFrom = 37;
    public const int EnvelopeTo = 38;
    public const int Results = 39;
    public const int Dkim = 40;
    public const int DkimDomain = 41;
    public const int DkimSelector = 42;
    public const int DkimResult = 43;
    public const int DkimHumanResult = 44;
    public const int Spf = 45;
    public const int SpfDomain = 46;
    public const int SpfScope = 47;
    public const int SpfResult = 48;
    public const int SpfHumanResult = 49;
}
