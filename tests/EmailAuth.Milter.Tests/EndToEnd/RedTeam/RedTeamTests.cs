using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Milter.Tests.EndToEnd.RedTeam;

/// <summary>
/// Every row of the threats (testdata/threats/rows.txt), as mails through a real Postfix whose milter enforces policies: nothing forged is delivered,
/// nothing genuine is refused.
/// </summary>
public sealed class RedTeamTests(RedTeamSite site) : IClassFixture<RedTeamSite>
{
    private static readonly Lazy<Threat[]> Threats = new(() => [.. IdentityThreats.All, .. ExhaustionThreats.All, .. TrustThreats.All, .. SecondRoundThreats.All]);

    private static readonly string[] Points = ["", "EHLO mail.evil.example", "MAIL FROM:<m@evil.example>", "RCPT TO:<box1000@example.org>", "DATA", "From: alice@bank.example\r\nX: y", "\r\nbody", "QUIT"];

    /// <summary>The rows, by the beginning of their first column.</summary>
    public static TheoryData<string> Rows => [.. File.ReadAllLines(Repository.PathOf("testdata", "threats", "rows.txt")).Select(row => row[..Math.Min(row.Length, 60)])];

    [Fact]
    public void Every_row_has_mails_or_tests_and_every_test_exists()
    {
        var rows = File.ReadAllLines(Repository.PathOf("testdata", "threats", "rows.txt"));
        Assert.Equal(rows.Length, Threats.Value.Length);
        Assert.All(rows, row => Assert.Single(Threats.Value, threat => row.StartsWith(threat.Begins, StringComparison.Ordinal)));
        Assert.All(Threats.Value, threat => Assert.True(threat.Mails.Count + threat.Tests.Count > 0, threat.Begins));
        Assert.All(Threats.Value.SelectMany(threat => threat.Tests), test => Assert.True(Exists(test), $"{test} is not there"));
    }

    // The page is beside the repository where the project is worked on.
    [Fact]
    public void The_rows_are_those_of_the_page()
    {
        var page = Path.Combine(Repository.PathOf("."), "..", "shared", "design", "threats.md");
        var rows = File.ReadAllLines(Repository.PathOf("testdata", "threats", "rows.txt"));
        Assert.Equal(36, rows.Distinct(StringComparer.Ordinal).Count());
        if (File.Exists(page))
        {
            Assert.Equal(
                File.ReadAllLines(page).Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| what is sent", StringComparison.Ordinal))
                    .Select(line => line[2..line.IndexOf(" | ", StringComparison.Ordinal)]),
                rows);
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Nothing_forged_is_delivered(string row)
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        var threat = Assert.Single(Threats.Value, threat => threat.Begins.StartsWith(row, StringComparison.Ordinal) || row.StartsWith(threat.Begins, StringComparison.Ordinal));
        var wrong = new List<string>();
        foreach (var batch in threat.Mails.Chunk(8))
        {
            var answers = await Task.WhenAll(batch.Select(site.TryAsync));
            wrong.AddRange(answers.OfType<string>());
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {threat.Mails.Count}:\n{string.Join('\n', wrong)}");
        Assert.Empty(site.Postfix.Messages(RedTeamSite.Trap));

        // Whatever came before, honest mail passes.
        Assert.Null(await site.TryAsync(GenuineMail.All.First()));
    }

    [Fact]
    public async Task Nothing_genuine_is_refused()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        var wrong = new List<string>();
        foreach (var mail in GenuineMail.All)
        {
            if (await site.TryAsync(mail) is { } what)
            {
                wrong.Add(what);
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task Clients_that_leave_at_every_point_leave_the_others_alone()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        for (var said = 0; said <= Points.Length; said++)
        {
            using var smtp = await SmtpConnection.OpenAsync(site.Port, HostileDns.EvilAddress, "mail.evil.example", "mail.evil.example");
            foreach (var point in Points.Take(said))
            {
                await smtp.SendOnlyAsync(point + "\r\n");
            }
        }

        Assert.Null(await site.TryAsync(GenuineMail.All.First()));
        Assert.Empty(site.Postfix.Messages(RedTeamSite.Trap));
        Assert.False(site.Milter.Process.HasExited, site.Milter.Output);
        Assert.DoesNotContain("internal error", site.Milter.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void The_table_has_mails_enough() => Assert.InRange(
        Threats.Value.Sum(threat => threat.Mails.Count), 300, 1_000);

    // "PROJECT/CLASS.METHOD"; a class may have several files, and be nested in a folder.
    private static bool Exists(string test)
    {
        var (project, name) = (test[..test.IndexOf('/', StringComparison.Ordinal)], test[(test.IndexOf('/', StringComparison.Ordinal) + 1)..]);
        var (type, method) = (name[..name.IndexOf('.', StringComparison.Ordinal)], name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..]);
        return Directory.EnumerateFiles(Repository.PathOf("tests", project), $"{type}*.cs", SearchOption.AllDirectories)
            .Any(file => File.ReadAllText(file).Contains($" {method}(", StringComparison.Ordinal));
    }
}
