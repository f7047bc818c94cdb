using System.Globalization;

namespace EmailAuth.Milter.Tests.EndToEnd.RedTeam;

/// <summary>A control group with a limit of memory, of version 2 or 1.</summary>
internal sealed class MemoryGroup : IDisposable
{
    private readonly string _folder;
    private readonly string _version;

    private MemoryGroup(string folder, string version) => (_folder, _version) = (folder, version);

    /// <summary>A line of a shell by which it joins the group.</summary>
    public string Join => $"echo $$ >{_folder}/cgroup.procs";

    /// <summary>Makes one; null where that is not to be had.</summary>
    public static MemoryGroup? Make(long bytes)
    {
        foreach (var (root, limit, version) in ((string, string, string)[])[("/sys/fs/cgroup", "memory.max", "2"), ("/sys/fs/cgroup/memory", "memory.limit_in_bytes", "1")])
        {
            var folder = Path.Combine(root, $"emailauth-test-{Guid.NewGuid():N}");
            try
            {
                if (!File.Exists(Path.Combine(root, "cgroup.procs")))
                {
                    continue;
                }

                Directory.CreateDirectory(folder);
                var group = new MemoryGroup(folder, version);
                if (File.Exists(Path.Combine(folder, limit)))
                {
                    File.WriteAllText(Path.Combine(folder, limit), bytes.ToString(CultureInfo.InvariantCulture));
                    return group;
                }

                group.Dispose();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Read-only, as in most containers: the next version, or none.
                continue;
            }
        }

        return null;
    }

    public override string ToString() => $"a control group of version {_version}";

    // A group that still has a process cannot be removed; it has none when its program has ended.
    public void Dispose()
    {
        for (var tries = 0; Directory.Exists(_folder) && tries < 100; tries++)
        {
            try
            {
                Directory.Delete(_folder);
            }
            catch (IOException)
            {
                Thread.Yield();
            }
        }
    }
}
