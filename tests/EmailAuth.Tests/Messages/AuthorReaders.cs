using System.Diagnostics;
using System.Text;
using System.Text.Json;
using EmailAuth.Messages;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using MimeKit;

namespace EmailAuth.Tests.Messages;

/// <summary>A program that shows people who wrote a message.</summary>
/// <param name="Name">Its name.</param>
/// <param name="WhyAbsent">Why it cannot be asked here, or null.</param>
/// <param name="ReadAsync">Reads the values of From fields, and gives for each, by reader, the addresses that it shows.</param>
internal sealed record AuthorReaders(string Name, string? WhyAbsent, Func<IReadOnlyList<byte[]>, Task<List<Dictionary<string, string[]>>>> ReadAsync)
{
    private const string Python = "/usr/bin/python3";

    /// <summary>MimeKit, Python's email, and npm's mailparser and postal-mime.</summary>
    public static IReadOnlyList<AuthorReaders> All { get; } = [MimeKits, Pythons, OfNode("mailparser"), OfNode("postal-mime")];

    private static AuthorReaders MimeKits => new("MimeKit", null, values => Task.FromResult(values.Select(value => new Dictionary<string, string[]>
    {
        ["MimeKit"] = InternetAddressList.TryParse(value, out var list) ? [.. list.Mailboxes.Select(mailbox => mailbox.Address)] : [],
    }).ToList()));

    private static AuthorReaders Pythons => new(
        "Python's email", File.Exists(Python) ? null : "python3 is not installed",
        values => AskAsync(new ProcessStartInfo(Python, [Repository.PathOf("tests", "EmailAuth.Tests", "Messages", "author_readers.py")]), values));

    /// <summary>The author domain of a message with this From field, where we find one on which DMARC may pass; null otherwise.</summary>
    public static DomainName? DomainOf(byte[] value) => Author.Find(HeaderBlock.Parse((byte[])[.. "From: "u8, .. value, .. "\r\n"u8])).Domain;

    /// <summary>What a reader shows that is not the domain that we found, or null; and how many domains it shows.</summary>
    public static (string? Difference, int Shown) Compare(byte[] value, DomainName found, Dictionary<string, string[]> answer)
    {
        var (difference, shown) = ((string?)null, 0);
        foreach (var (reader, addresses) in answer)
        {
            var domains = addresses.Where(address => address.Contains('@')).Select(ShownDomain).ToArray();
            shown += domains.Length;
            if (domains.Any(domain => DomainName.Parse(domain).Value != found))
            {
                difference ??= $"{reader} shows {string.Join(' ', domains)} where we find {found}: {JsonSerializer.Serialize(Encoding.UTF8.GetString(value))}";
            }
        }

        return (difference, shown);
    }

    private static AuthorReaders OfNode(string package) => new(
        package, NodePackages.Has(package) ? null : NodePackages.Reason(package),
        values => AskAsync(NodePackages.Node(Repository.PathOf("tests", "EmailAuth.Tests", "Messages", "author_readers.js"), package), values));

    // Some show all that is between the brackets, comments and white space included.
    private static string ShownDomain(string address)
    {
        var domain = address[(address.LastIndexOf('@') + 1)..];
        while (domain.IndexOf('(', StringComparison.Ordinal) is var start and >= 0 && domain.IndexOf(')', start) is var end and >= 0)
        {
            domain = domain.Remove(start, end - start + 1);
        }

        return domain.Trim();
    }

    // One process for all.
    private static async Task<List<Dictionary<string, string[]>>> AskAsync(ProcessStartInfo start, IReadOnlyList<byte[]> values)
    {
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.UseShellExecute) = (true, true, false);
        start.StandardOutputEncoding = Encoding.UTF8;
        using var process = Process.Start(start)!;
        var writing = Task.Run(async () =>
        {
            foreach (var value in values)
            {
                await process.StandardInput.WriteLineAsync(Convert.ToBase64String(value));
            }

            process.StandardInput.Close();
        });
        var answers = new List<Dictionary<string, string[]>>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            answers.Add(JsonSerializer.Deserialize<Dictionary<string, string[]>>(line)!);
        }

        await writing;
        await process.WaitForExitAsync();
        return process.ExitCode == 0 && answers.Count == values.Count
            ? answers
            : throw new InvalidOperationException($"{start.FileName} ended with {process.ExitCode} after {answers.Count} of {values.Count} answers.");
    }
}
