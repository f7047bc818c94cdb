using System.Globalization;
using System.Text;
using EmailAuth.Milter.Tests.TestSupport;
using EmailAuth.Tests.Dkim;

namespace EmailAuth.Milter.Tests.EndToEnd.RedTeam;

/// <summary>
/// The milter on a machine that fails it: no room for log and journal, little memory, very many connections, settings and keys that change under it.
/// Mail is judged as ever.
/// </summary>
/// <remarks>
/// Elsewhere: a DNS that is silent, slow, lies or floods in <see cref="RedTeamTests"/>, EmailAuth.Tests/Threats/StarvationTests and Dns/Stub; a store that is
/// full, locked or gone in EmailAuth.Reports.Store.Tests (SqliteReportStoreTests, PostgresReportStoreTests) and EmailAuth.Cli.Tests/Reports; faults of the
/// journal's disk one by one, and its clock, in EmailAuth.Reports.Tests/Collection; a disk without room for a key or a message that the command writes in
/// EmailAuth.Cli.Tests/OutputFileTests; too few descriptors in <see cref="StartTests"/>; clocks that jump in EmailAuth.Tests/Threats/ClockJumpTests.
/// </remarks>
public sealed class FaultyMachineTests : IAsyncLifetime
{
    private const int Connections = 10_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("emailauth-faults-").FullName;
    private readonly HostileDns _dns = new();

    private string SocketPath => Path.Combine(_folder, "milter.sock");

    private string ConfigurationFile => Path.Combine(_folder, "milter.json");

    public ValueTask InitializeAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no signals.");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _dns.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_log_that_cannot_be_written_keeps_no_mail_from_being_judged()
    {
        Configure();
        await using var milter = await StartAsync("exec \"$@\" >/dev/full 2>/dev/full");

        for (var message = 0; message < 200; message++)
        {
            await IsJudgedAsync();
        }

        Assert.False(milter.Process.HasExited);
    }

    [Fact]
    public async Task A_journal_without_room_keeps_no_mail_from_being_judged_and_is_written_again_when_there_is_some()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && Programs.Find("unshare") is not null, "A file system is mounted by root only.");
        var journal = Directory.CreateDirectory(Path.Combine(_folder, "journal")).FullName;
        var (mounted, why) = await Daemon.RunAsync(Programs.Find("unshare")!, "-m", "/bin/sh", "-c", $"mount -t tmpfs -o size=64k tmpfs {journal}");
        Assert.SkipWhen(mounted != 0, $"Nothing can be mounted here: {why}");
        Configure($"\"Reports\": {{ \"Enabled\": true, \"JournalFolder\": \"{journal}\", \"FlushInterval\": \"20ms\" }}");

        // The file system is seen by the milter alone, and by us through /proc.
        await using var milter = await StartAsync(
            $"mount -t tmpfs -o size=64k,mode=0700 tmpfs {journal} && exec \"$@\"", Programs.Find("unshare")!, "-m");
        var seen = $"/proc/{milter.Process.Id}/root{journal}";
        await IsJudgedAsync();
        await Eventually.True(() => Directory.EnumerateFiles(seen).Any(), () => milter.Output);
        Fill(Path.Combine(seen, "filler"));

        await Eventually.AsyncTrue(
            async () =>
            {
                await IsJudgedAsync();
                return milter.Output.Contains("No space left", StringComparison.Ordinal);
            },
            () => milter.Output);
        await IsJudgedAsync();
        File.Delete(Path.Combine(seen, "filler"));
        await IsJudgedAsync();

        await Eventually.True(() => milter.Output.Contains("is written again; 0 messages were not counted", StringComparison.Ordinal), () => milter.Output);
        Assert.False(milter.Process.HasExited, milter.Output);
    }

    // A control group where there is one, as a container has; else the limit of the collector, which is what .NET makes of a group. A message for which
    // there is no memory is deferred: none is accepted without a verdict, and the service goes on.
    [Theory]
    [InlineData(1_000, 27_000, 9_000)]
    [InlineData(100, 900_000, 9_000)]
    [InlineData(300, 900_000, 100_000)]
    public async Task With_128_MB_of_memory_hostile_messages_are_judged_or_deferred_and_others_pass(int count, int headerBytes, int fieldBytes)
    {
        Configure();
        using var group = MemoryGroup.Make(128 * 1024 * 1024);
        await using var milter = await StartAsync($"{group?.Join ?? "export DOTNET_GCHeapHardLimit=0x6000000"} && exec \"$@\"");
        await Eventually.True(() => milter.Output.Contains("the memory that the process may use is enough for 384 connections", StringComparison.Ordinal), () => milter.Output);

        var endings = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(() => FloodAsync(headerBytes, fieldBytes))));

        await Eventually.AsyncTrue(IsPassingAsync, () => milter.Output[^Math.Min(4_000, milter.Output.Length)..]);
        Assert.False(milter.Process.HasExited, milter.Output);
        Assert.DoesNotContain("c", endings);
        Assert.Contains("ic", endings);
        var high = File.ReadAllLines($"/proc/{milter.Process.Id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{group?.ToString() ?? "limit of the collector"}: {string.Join(", ", endings.CountBy(ending => ending).Select(pair => $"{pair.Value} '{pair.Key}'"))}; {high}");
    }

    [Fact]
    public async Task Ten_thousand_connections_delay_no_other()
    {
        Configure($"\"MaxConnections\": {Connections + 100}");
        await using var milter = await StartAsync("exec \"$@\"");
        Assert.SkipWhen(milter.Output.Contains("is enough for", StringComparison.Ordinal), $"The system allows too few files, or has too little memory: {milter.Output}");
        var open = new List<MtaConnection>(Connections);
        try
        {
            // No more at a time than may wait to be accepted.
            while (open.Count < Connections)
            {
                for (var i = 0; i < 100; i++)
                {
                    open.Add(await MtaConnection.OpenAsync(SocketPath));
                    await open[^1].SendAsync(Packets.Offer());
                }

                foreach (var mta in open.TakeLast(100))
                {
                    Assert.Equal("O", await mta.ReadCodesAsync(1));
                }
            }

            await IsJudgedAsync();
            var (_, status) = await Daemon.RunAsync("/bin/grep", "-E", "VmRSS|Threads", $"/proc/{milter.Process.Id}/status");
            TestContext.Current.TestOutputHelper?.WriteLine(status);

            // Each of them can still send its message.
            await open[0].SendAsync([.. Packets.Dialogue().Skip(1)]);
            Assert.Equal("ic", await open[0].ReadCodesAsync(2));
        }
        finally
        {
            open.ForEach(mta => mta.Dispose());
        }

        await IsJudgedAsync();
        Assert.False(milter.Process.HasExited, milter.Output);
    }

    // What is read while it is written is whole or refused, and what counted before counts on.
    [Fact]
    public async Task Settings_keys_and_certificates_that_change_while_they_are_read_lose_no_message()
    {
        var (key, roots, table) = (Path.Combine(_folder, "key.pem"), Path.Combine(_folder, "roots.pem"), Path.Combine(_folder, "signing.table"));
        var certificate = File.ReadAllText(EmailAuth.Tests.TestSupport.Repository.PathOf("testdata", "settings", "roots.pem"));
        WritePrivate(key, TestSigner.Rsa2048.Pem);
        File.WriteAllText(roots, certificate);
        File.WriteAllText(table, $"bank.example s {key}\n");
        var settings = $"\"SigningTable\": \"{table}\", \"Bimi\": {{ \"MarkRoots\": \"{roots}\" }}";
        Configure(settings);
        await using var milter = await StartAsync("exec \"$@\"");
        using var end = new CancellationTokenSource();

        var writing = Task.Run(() =>
        {
            for (var turn = 0; !end.IsCancellationRequested; turn++)
            {
                WritePrivate(key, turn % 3 == 0 ? TestSigner.Rsa2048.Pem[..700] : TestSigner.Rsa2048.Pem);
                File.WriteAllText(roots, turn % 4 == 0 ? certificate[..(certificate.Length / 2)] : certificate);
                File.WriteAllText(table, turn % 5 == 0 ? "bank.example s" : $"bank.example s {key}\n");
            }
        }, CancellationToken.None);
        var sending = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var judged = 0;
            while (!end.IsCancellationRequested)
            {
                await IsJudgedAsync();
                judged++;
            }

            return judged;
        }, CancellationToken.None)).ToArray();
        for (var reload = 0; reload < 30; reload++)
        {
            await ReloadAsync(milter);
        }

        await end.CancelAsync();
        await writing;
        Assert.All(await Task.WhenAll(sending), judged => Assert.True(judged > 0));

        WritePrivate(key, TestSigner.Rsa2048.Pem);
        File.WriteAllText(roots, certificate);
        File.WriteAllText(table, $"bank.example s {key}\n");
        Assert.Contains("read again", await ReloadAsync(milter), StringComparison.Ordinal);
        await IsJudgedAsync();
    }

    // The bank's own mail, which passes.
    private async Task IsJudgedAsync() => Assert.True(await IsPassingAsync());

    // False also while so many wait to be accepted that another one cannot.
    private async Task<bool> IsPassingAsync()
    {
        try
        {
            return await SendOfBankAsync();
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    private async Task<bool> SendOfBankAsync()
    {
        using var mta = await MtaConnection.OpenAsync(SocketPath);
        await mta.SendAsync(
            Packets.Offer(), Packets.Connect(HostileDns.BankAddress, "mail.bank.example"), Packets.Helo("mail.bank.example"), Packets.Mail("<alice@bank.example>"),
            Packets.Header("From", " alice@bank.example"), Packets.EndOfHeaders, Packets.Body("Hello\r\n"), Packets.EndOfBody, Packets.Quit);
        return await mta.ReadAsync() is { Code: (byte)'O' } && await mta.ReadAsync() is { Code: (byte)'i' } inserted
            && Encoding.UTF8.GetString(inserted.Payload).Contains("dmarc=pass", StringComparison.Ordinal) && await mta.ReadAsync() is { Code: (byte)'c' };
    }

    // A message of the attacker's; the codes of the answers after the first one, or what ended the connection.
    private async Task<string> FloodAsync(int headerBytes, int each)
    {
        var field = Packets.Header("X", " " + new string('y', each));
        try
        {
            using var mta = await MtaConnection.OpenAsync(SocketPath);
            await mta.SendAsync(Packets.Offer(), Packets.Connect(HostileDns.EvilAddress), Packets.Mail("<m@evil.example>"), Packets.Header("From", " m@evil.example"));
            for (var sent = 0; sent < headerBytes; sent += each)
            {
                await mta.SendBytesAsync(field);
            }

            await mta.SendAsync(Packets.EndOfHeaders, Packets.Of(Protocol.MilterCommand.Body, new byte[65_000]), Packets.EndOfBody, Packets.Quit);
            var codes = string.Empty;
            while (await mta.ReadAsync() is { } answer)
            {
                codes += (char)answer.Code;
            }

            return codes.Length > 0 ? codes[1..] : codes;
        }
        catch (System.Net.Sockets.SocketException exception)
        {
            return exception.SocketErrorCode.ToString();
        }
        catch (OperationCanceledException)
        {
            return "silent";
        }
    }

    private async Task<Daemon> StartAsync(string script, params string[] before) => await Daemon.StartAsync(
        before.Length > 0 ? before[0] : "/bin/sh",
        [.. before.Length > 0 ? [.. before.Skip(1), "/bin/sh"] : Array.Empty<string>(), "-c", script, "sh", .. MilterProcess.Command(ConfigurationFile)],
        () => MilterProcess.AnswersAsync(SocketPath));

    private static async Task<string> ReloadAsync(Daemon milter)
    {
        var said = milter.Output.Length;
        await Daemon.RunAsync("kill", "-HUP", milter.Process.Id.ToString(CultureInfo.InvariantCulture));
        await Eventually.True(() => milter.Output[said..].Contains("onfiguration", StringComparison.Ordinal), () => milter.Output);
        return milter.Output[said..];
    }

    private static void Fill(string path)
    {
        using var filler = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        var page = new byte[4_096];
        try
        {
            while (true)
            {
                filler.Write(page);
                filler.Flush();
            }
        }
        catch (IOException)
        {
            // As full as it can be: what remains of the page cannot be written.
            filler.SetLength(filler.Length);
        }
    }

    private static void WritePrivate(string path, string pem)
    {
        File.WriteAllText(path, pem);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private void Configure(string? settings = null) => File.WriteAllText(ConfigurationFile, $$"""
        {
          "AuthservId": "mx.example.org", "Listen": "unix:{{SocketPath}}", "SocketMode": "0666", "UncheckedClients": [],
          "Dns": { "Servers": "{{_dns.EndPoint}}", "Timeout": "20s" }{{(settings is null ? "" : ", " + settings)}}
        }
        """);
}
