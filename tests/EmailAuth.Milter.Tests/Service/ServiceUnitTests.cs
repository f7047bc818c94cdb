using EmailAuth.Milter.Tests.EndToEnd;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Milter.Tests.Service;

/// <summary>The units of systemd have no more rights than the services need, by <c>systemd-analyze security</c>.</summary>
public class ServiceUnitTests
{
    public static TheoryData<string> Units { get; } =
        ["src/EmailAuth.Milter/emailauth-milter.service", "src/Packaging/debian/emailauth-reports.service", "src/Samples/Serve/emailauth-serve.service"];

    /// <summary>What systemd-analyze counts against each of them, and why it stays.</summary>
    private static readonly string[] Needed =
    [
        "SystemCallFilter=~@resources", // the limit of open files, and processors of the collector's threads
        "RootDirectory=/RootImage=", // system libraries, /etc/ssl, /etc/resolv.conf
        "RestrictAddressFamilies=~AF_UNIX", "RestrictAddressFamilies=~AF_(INET|INET6)", "PrivateNetwork=", "IPAddressDeny=", // mail servers and name servers anywhere
        "PrivateUsers=", // SocketOwner and SocketGroup name users of the system
        "DeviceAllow=", // ProtectClock= allows reading the clock
        "UMask=", // the socket and the journal are for the service's group
    ];

    [Theory]
    [MemberData(nameof(Units))]
    public async Task A_unit_has_no_right_that_it_does_not_need(string unit)
    {
        var analyze = Programs.Find("systemd-analyze");
        Assert.SkipWhen(analyze is null, "Not installed: systemd.");
        var file = Repository.PathOf(unit.Split('/'));

        var (_, said) = await Daemon.RunAsync(analyze!, "security", "--offline=yes", "--no-pager", file);

        var score = said.Split('\n').SingleOrDefault(line => line.Contains("Overall exposure level", StringComparison.Ordinal));
        Assert.True(score is not null, said);
        TestContext.Current.TestOutputHelper?.WriteLine(score.Trim());
        Assert.Empty(said.Split('\n').Where(line => line.StartsWith('✗')).Select(line => line[1..].TrimStart().Split(' ')[0]).Except(Needed));
        var (exit, over) = await Daemon.RunAsync(analyze!, "security", "--offline=yes", "--no-pager", "--threshold=14", file);
        Assert.True(exit == 0, over);
    }

    [Fact]
    public void The_list_has_every_unit_of_the_project() => Assert.Equal(
        Units.Select(row => Repository.PathOf(row.Data.Split('/'))).Order(StringComparer.Ordinal),
        Directory.EnumerateFiles(Repository.PathOf("src"), "*.service", SearchOption.AllDirectories).Where(file => !file.Contains("/bin/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
}
