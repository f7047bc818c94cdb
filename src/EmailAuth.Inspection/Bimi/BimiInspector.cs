using EmailAuth.Bimi;
using EmailAuth.Cli.Output;
using EmailAuth.Dns;

namespace EmailAuth.Cli.Published;

/// <summary>The texts at the names where BIMI records were looked for: also those that are not valid, which a result does not hold.</summary>
internal static class BimiTexts
{
    public static async Task<List<PublishedRecord>> ReadAsync(IDnsResolver resolver, BimiResult result, CancellationToken cancellationToken)
    {
        var texts = new List<PublishedRecord>();
        foreach (var name in result.Lookups.Where(lookup => lookup.Status == DnsStatus.Records).Select(lookup => lookup.Name).Distinct())
        {
            foreach (var text in (await resolver.QueryAsync(new DnsQuestion(name, DnsRecordType.Txt), cancellationToken)).Texts)
            {
                texts.Add(new PublishedRecord(name.ToString(), text));
            }
        }

        return texts;
    }
}
