using System.Globalization;
using System.Text;

namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>A Postfix of our own: its configuration, queue and mailboxes in one folder, listening on the loopback interface alone.</summary>
internal sealed class PostfixServer : IAsyncDisposable
{
    /// <summary>How many mailboxes there are: box1, box2 and so on, of example.org.</summary>
    private const int MailboxCount = 1_000;

    private readonly string _folder;

    private PostfixServer(string folder) => _folder = folder;

    private string ConfigurationFolder => Path.Combine(_folder, "etc");

    public string MailFolder => Path.Combine(_folder, "mail");

    public string Log => File.Exists(LogFile) ? File.ReadAllText(LogFile) : string.Empty;

    private string LogFile => Path.Combine(_folder, "mail.log");

    /// <summary>Starts it.</summary>
    /// <param name="folder">A folder that is empty.</param>
    /// <param name="listeners">The addresses at which it listens, with the milters of each.</param>
    public static Task<PostfixServer> StartAsync(string folder, params PostfixListener[] listeners) => StartAsync(folder, Delivering(folder), string.Empty, listeners);

    /// <summary>Starts one with further settings, of those that change messages.</summary>
    /// <param name="folder">A folder that is empty.</param>
    /// <param name="settings">Lines of main.cf.</param>
    /// <param name="listener">The address at which it listens.</param>
    public static Task<PostfixServer> StartChangingAsync(string folder, string settings, PostfixListener listener) =>
        StartAsync(folder, $"{Delivering(folder)}\n{settings}", string.Empty, [listener]);

    /// <summary>Starts one that gives some of its mail to programs.</summary>
    /// <param name="folder">A folder that is empty.</param>
    /// <param name="settings">Lines of main.cf, which also say what mail it takes.</param>
    /// <param name="services">Lines of master.cf.</param>
    /// <param name="listener">The address at which it listens.</param>
    public static Task<PostfixServer> StartWithServicesAsync(string folder, string settings, string services, PostfixListener listener) =>
        StartAsync(folder, settings, services, [listener]);

    /// <summary>Starts one that is a backup MX: it brings all mail to another server.</summary>
    /// <param name="folder">A folder that is empty.</param>
    /// <param name="name">Its name.</param>
    /// <param name="address">The address that it connects from.</param>
    /// <param name="next">The port of the other server.</param>
    /// <param name="listeners">The addresses at which it listens.</param>
    public static Task<PostfixServer> StartRelayAsync(string folder, string name, string address, int next, params PostfixListener[] listeners) => StartAsync(
        folder,
        string.Create(CultureInfo.InvariantCulture, $"""
            myhostname = {name}
            relay_domains = example.org
            relay_transport = smtp:[127.0.0.1]:{next}
            smtp_bind_address = {address}
            minimal_backoff_time = 1s
            """),
        string.Empty,
        listeners);

    private static async Task<PostfixServer> StartAsync(string folder, string role, string services, PostfixListener[] listeners)
    {
        var postfix = new PostfixServer(folder);
        foreach (var part in (string[])["etc", "queue", "mail", "data"])
        {
            Directory.CreateDirectory(Path.Combine(folder, part));
        }

        File.WriteAllText(Path.Combine(postfix.ConfigurationFolder, "main.cf"), postfix.MainConfiguration(role));
        File.WriteAllText(Path.Combine(postfix.ConfigurationFolder, "master.cf"), MasterConfiguration(listeners) + services);
        File.WriteAllLines(
            Path.Combine(folder, "mailboxes"),
            Enumerable.Range(1, MailboxCount).Select(i => string.Create(CultureInfo.InvariantCulture, $"box{i}@example.org box{i}/")));
        await RunAsync("chown", "postfix", Path.Combine(folder, "data"));
        await RunAsync("chown", "65534:65534", postfix.MailFolder);
        await RunAsync("chmod", "0755", folder);
        await RunAsync(Programs.Find("postfix")!, "-c", postfix.ConfigurationFolder, "start");
        foreach (var listener in listeners)
        {
            await Eventually.AsyncTrue(() => Daemon.ListensAsync(listener.Port), () => $"Postfix does not listen: {postfix.Log}");
        }

        return postfix;
    }

    /// <summary>The messages in a mailbox, oldest first.</summary>
    public IReadOnlyList<string> Messages(string mailbox)
    {
        var folder = Path.Combine(MailFolder, mailbox, "new");
        return Directory.Exists(folder)
            ? [.. new DirectoryInfo(folder).GetFiles().OrderBy(f => f.LastWriteTimeUtc).ThenBy(f => f.Name, StringComparer.Ordinal).Select(f => f.FullName)]
            : [];
    }

    /// <summary>Waits for the one message of a mailbox and reads it; bytes beyond ASCII come as Latin-1.</summary>
    public async Task<string> DeliveredAsync(string mailbox)
    {
        await Eventually.True(() => Messages(mailbox).Count > 0, () => $"nothing came to {mailbox}: {Log}");
        return await File.ReadAllTextAsync(Assert.Single(Messages(mailbox)), Encoding.Latin1);
    }

    /// <summary>What is in the queue, as postqueue lists it.</summary>
    public async Task<string> QueueAsync() =>
        (await Daemon.RunAsync(Programs.Find("postqueue")!, "-c", ConfigurationFolder, "-p")).Output;

    /// <summary>Tries what is in the queue again, now.</summary>
    public Task FlushAsync() => Daemon.RunAsync(Programs.Find("postqueue")!, "-c", ConfigurationFolder, "-f");

    /// <summary>The queue ids that are on hold.</summary>
    public IReadOnlyList<string> Held() =>
        [.. Directory.GetFiles(Path.Combine(_folder, "queue", "hold"), "*", SearchOption.AllDirectories).Select(f => Path.GetFileName(f)!)];

    public async ValueTask DisposeAsync()
    {
        // "abort" ends every process of this instance, and no other's. It does not wait for them, and they write into the folder that goes.
        var master = File.ReadAllText(Path.Combine(_folder, "queue", "pid", "master.pid")).Trim();
        await Daemon.RunAsync(Programs.Find("postfix")!, "-c", ConfigurationFolder, "abort");
        await Eventually.True(() => ProcessesOfGroup(master).Count == 0, () => $"Postfix does not end: {string.Join("; ", ProcessesOfGroup(master))}");
    }

    // The fields after the name of the program, which is in parentheses: its state, its parent, its group. Those that are dead write no more.
    private static List<string> ProcessesOfGroup(string group)
    {
        var found = new List<string>();
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            try
            {
                var line = File.ReadAllText(Path.Combine(folder, "stat"));
                if (line[(line.LastIndexOf(')') + 2)..].Split(' ') is [not ("Z" or "X"), _, var itsGroup, ..] && itsGroup == group)
                {
                    found.Add(line);
                }
            }
            catch (IOException)
            {
                // It ended while we looked.
                continue;
            }
        }

        return found;
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var (exit, output) = await Daemon.RunAsync(program, arguments);
        Assert.True(exit == 0, $"{program} {string.Join(' ', arguments)}: {output}");
    }

    private static string Delivering(string folder) => $"""
        myhostname = mx.example.org
        virtual_mailbox_domains = example.org
        virtual_mailbox_maps = texthash:{folder}/mailboxes
        virtual_mailbox_base = {folder}/mail
        virtual_mailbox_limit = 0
        virtual_uid_maps = static:65534
        virtual_gid_maps = static:65534
        """;

    private string MainConfiguration(string role) => $"""
        compatibility_level = 3.6
        queue_directory = {_folder}/queue
        data_directory = {_folder}/data
        command_directory = /usr/sbin
        daemon_directory = /usr/lib/postfix/sbin
        maillog_file = {LogFile}
        maillog_file_prefixes = {_folder}
        mail_owner = postfix
        setgid_group = postdrop
        {role}
        mydestination =
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        alias_maps =
        alias_database =
        disable_dns_lookups = yes
        smtpd_peername_lookup = no
        smtputf8_enable = yes
        # Nothing leaves this machine: bounces of tests are thrown away.
        default_transport = discard
        mailbox_size_limit = 0
        message_size_limit = 60000000
        smtpd_relay_restrictions = reject_unauth_destination
        smtpd_authorized_xclient_hosts = 127.0.0.0/8
        smtpd_client_connection_count_limit = 0
        smtpd_error_sleep_time = 0
        smtpd_soft_error_limit = 1000000
        smtpd_hard_error_limit = 1000000
        in_flow_delay = 0
        default_process_limit = 120
        milter_default_action = tempfail
        milter_protocol = 6

        """;

    private static string MasterConfiguration(PostfixListener[] listeners)
    {
        var text = new StringBuilder();
        foreach (var listener in listeners)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"127.0.0.1:{listener.Port} inet n - n - 120 smtpd\n  -o {{ smtpd_milters = {listener.Milters} }}\n" +
                $"  -o milter_protocol={listener.MilterProtocol}\n  -o cleanup_service_name=cleanup{listener.MilterProtocol}\n");
        }

        return text.Append("""
            cleanup2 unix n - n - 0 cleanup
              -o milter_protocol=2
            cleanup6 unix n - n - 0 cleanup
            cleanup unix n - n - 0 cleanup
            qmgr unix n - n 300 1 qmgr
            rewrite unix - - n - - trivial-rewrite
            bounce unix - - n - 0 bounce
            defer unix - - n - 0 bounce
            trace unix - - n - 0 bounce
            verify unix - - n - 1 verify
            flush unix n - n 1000? 0 flush
            proxymap unix - - n - - proxymap
            showq unix n - n - - showq
            error unix - - n - - error
            retry unix - - n - - error
            discard unix - - n - - discard
            virtual unix - n n - - virtual
            smtp unix - - n - - smtp
            anvil unix - - n - 1 anvil
            postlog unix-dgram n - n - 1 postlogd

            """).ToString();
    }
}

/// <summary>A port of Postfix.</summary>
/// <param name="Port">The port, on the loopback interface.</param>
/// <param name="Milters">The milters, as Postfix names them.</param>
/// <param name="MilterProtocol">The version of the protocol, 2 or 6.</param>
internal sealed record PostfixListener(int Port, string Milters, int MilterProtocol = 6);
