using EmailAuth.Reports.Store.Postgres;
using EmailAuth.Reports.Store.Sqlite;
using Npgsql;

namespace EmailAuth.Reports.Store;

/// <summary>Opens stores by their address.</summary>
public static class ReportStore
{
    /// <summary>How long a store keeps the position of a journal into which nothing is written any more, after its reports are gone.</summary>
    internal static readonly TimeSpan JournalMemory = TimeSpan.FromDays(365);

    private static readonly string[] Schemes = ["postgres://", "postgresql://"];

    /// <summary>Opens a store, and brings its tables up to date.</summary>
    /// <param name="address">A file of SQLite; or <c>postgres://user@host:port/database</c>, or a connection string of Npgsql with <c>Host=</c>.</param>
    /// <param name="options">How it counts.</param>
    /// <param name="password">The password for PostgreSQL; null when none is needed, or the address has it.</param>
    /// <param name="creates">Whether a file that does not exist is made.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ReportStoreException">The store cannot be opened, or a newer version made it.</exception>
    public static async Task<IReportStore> OpenAsync(
        string address, StoreOptions? options = null, string? password = null, bool creates = true, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(address);
        options ??= new StoreOptions();
        if (!ReportPeriod.IsLength(options.PeriodHours))
        {
            throw new ArgumentException("A period has a number of hours that divides a day.", nameof(options));
        }

        return IsPostgres(address)
            ? await PostgresReportStore.OpenAsync(Connection(address, password), options, cancellationToken)
            : await SqliteReportStore.OpenAsync(address, creates, options, cancellationToken);
    }

    /// <summary>Whether an address is one of PostgreSQL; others are files.</summary>
    /// <param name="address">The address.</param>
    public static bool IsPostgres(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Schemes.Any(scheme => address.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            || address.Split(';').Any(IsHost);
    }

    /// <summary>An address as it may be shown: without its password.</summary>
    /// <param name="address">The address.</param>
    public static string Shown(string address)
    {
        if (!IsPostgres(address))
        {
            return address;
        }

        var connection = Connection(address, null);
        connection.Password = null;
        connection.SslPassword = null;
        return connection.ConnectionString;
    }

    /// <summary>Whether an address has a password in it, which other users see when it is on a command line.</summary>
    /// <param name="address">The address.</param>
    public static bool HasPassword(string address) =>
        IsPostgres(address) && Connection(address, null) is var connection && (connection.Password is { Length: > 0 } || connection.SslPassword is { Length: > 0 });

    // The names of Npgsql, and that of other databases: an address that is taken for a file would be shown, and become a file's name, with its password.
    private static bool IsHost(string setting) =>
        setting.IndexOf('=', StringComparison.Ordinal) is > 0 and var end && setting.AsSpan(0, end).Trim() is var name
        && (name.Equals("Host", StringComparison.OrdinalIgnoreCase)
            || name.Equals("Server", StringComparison.OrdinalIgnoreCase)
            || name.Equals("Data Source", StringComparison.OrdinalIgnoreCase));

    private static NpgsqlConnectionStringBuilder Connection(string address, string? password)
    {
        NpgsqlConnectionStringBuilder connection;
        try
        {
            connection = Schemes.Any(scheme => address.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                ? PostgresAddress.Read(address)
                : new NpgsqlConnectionStringBuilder(address);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or InvalidCastException or KeyNotFoundException)
        {
            throw new ReportStoreException("the address of the store is not readable: give postgres://user@host:port/database, or a connection string of Npgsql", innerException: e);
        }

        if (string.IsNullOrWhiteSpace(connection.Host))
        {
            throw new ReportStoreException(
                "the address of the store has no host: give postgres://user@host:port/database, or postgres:///database?host=/var/run/postgresql for the socket of this machine");
        }

        connection.Password = password ?? connection.Password;
        return connection;
    }
}
