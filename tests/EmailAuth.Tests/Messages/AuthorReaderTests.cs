using System.Diagnostics;
using System.Text;
using System.Text.Json;
using EmailAuth.Messages;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using MimeKit;
using Xunit;

namespace EmailAuth.Tests.Messages;

/// <summary>
/// Generated From fields, read here and by those who show them to people: wherever we find a domain on which DMARC may pass, none of them shows
/// another one.
/// </summary>
public class AuthorReaderTests
{
    private const int Count = 12_000;
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<(string Value, DomainName Domain)[]> Usable = new(() =>
    [
        .. Enumerable.Range(1, Count).Select(AuthorFieldGenerator.Value).Distinct()
            .Select(value => (value, Author.Find(HeaderBlock.Parse((byte[])[.. "From: "u8, .. Encoding.UTF8.GetBytes(value), .. "\r\n"u8])).Domain!))
            .Where(read => read.Item2 is not null),
    ]);

    [Fact]
    public void Enough_of_what_is_generated_is_usable_and_enough_is_not() => Assert.InRange(Usable.Value.Length, Count / 10, Count / 2);

    [Fact]
    public void MimeKit_shows_no_other_domain() => Check(
        Usable.Value.Select(read => new Dictionary<string, string[]>
        {
            ["MimeKit"] = InternetAddressList.TryParse(Encoding.UTF8.GetBytes(read.Value), out var list) ? [.. list.Mailboxes.Select(mailbox => mailbox.Address)] : [],
        }));

    [Fact]
    public async Task Python_shows_no_other_domain()
    {
        Assert.SkipUnless(File.Exists(Python), "python3 is not installed");
        Check(await AskAsync(new ProcessStartInfo(Python, [Repository.PathOf("tests", "EmailAuth.Tests", "Messages", "author_readers.py")])));
    }

    [Theory]
    [InlineData("mailparser")]
    [InlineData("postal-mime")]
    public async Task Readers_of_npm_show_no_other_domain(string package)
    {
        Assert.SkipUnless(NodePackages.Has(package), NodePackages.Reason(package));
        Check(await AskAsync(NodePackages.Node(Repository.PathOf("tests", "EmailAuth.Tests", "Messages", "author_readers.js"), package)));
    }

    private static void Check(IEnumerable<Dictionary<string, string[]>> answers)
    {
        var (differences, shown) = (new List<string>(), 0);
        foreach (var (read, answer) in Usable.Value.Zip(answers))
        {
            foreach (var (reader, addresses) in answer)
            {
                var domains = addresses.Where(address => address.Contains('@')).Select(ShownDomain).ToArray();
                shown += domains.Length;
                if (domains.Any(domain => DomainName.Parse(domain).Value != read.Domain))
                {
                    differences.Add($"{reader} shows {string.Join(' ', domains)} where we find {read.Domain}: {JsonSerializer.Serialize(read.Value)}");
                }
            }
        }

        Assert.True(differences.Count == 0, $"{differences.Count} differences, the first ones:\n{string.Join('\n', differences.Take(40))}");
        Assert.True(shown > Usable.Value.Length / 2, "a reader that shows hardly anything proves nothing");
    }

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
    private static async Task<List<Dictionary<string, string[]>>> AskAsync(ProcessStartInfo start)
    {
        var token = TestContext.Current.CancellationToken;
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.UseShellExecute) = (true, true, false);
        start.StandardOutputEncoding = Encoding.UTF8;
        using var process = Process.Start(start)!;
        var writing = Task.Run(
            async () =>
            {
                foreach (var (value, _) in Usable.Value)
                {
                    await process.StandardInput.WriteLineAsync(Convert.ToBase64String(Encoding.UTF8.GetBytes(value)).AsMemory(), token);
                }

                process.StandardInput.Close();
            },
            token);
        var answers = new List<Dictionary<string, string[]>>();
        while (await process.StandardOutput.ReadLineAsync(token) is { } line)
        {
            answers.Add(JsonSerializer.Deserialize<Dictionary<string, string[]>>(line)!);
        }

        await writing;
        await process.WaitForExitAsync(token);
        Assert.Equal(0, process.ExitCode);
        Assert.Equal(Usable.Value.Length, answers.Count);
        return answers;
    }
}
