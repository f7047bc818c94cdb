using Npgsql;

namespace EmailAuth.Reports.Store.Postgres;

/// <summary>Reads an address such as <c>postgres://user@host:5432/database?sslmode=verify-full</c>, as PostgreSQL's own programs take it.</summary>
internal static class PostgresAddress
{
    /// <exception cref="FormatException">It is not such an address.</exception>
    /// <exception cref="ArgumentException">It has a parameter that Npgsql does not know.</exception>
    public static NpgsqlConnectionStringBuilder Read(string address)
    {
        var uri = new Uri(address);
        var connection = new NpgsqlConnectionStringBuilder();
        if (uri.Host.Length > 0)
        {
            connection.Host = uri.IdnHost.Trim('[', ']');
        }

        if (uri.Port > 0)
        {
            connection.Port = uri.Port;
        }

        var user = uri.UserInfo.Split(':', 2);
        if (user[0].Length > 0)
        {
            connection.Username = Uri.UnescapeDataString(user[0]);
        }

        if (user.Length == 2)
        {
            connection.Password = Uri.UnescapeDataString(user[1]);
        }

        if (uri.AbsolutePath.Trim('/') is { Length: > 0 } database)
        {
            connection.Database = Uri.UnescapeDataString(database);
        }

        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            Set(connection, Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts.ElementAtOrDefault(1) ?? string.Empty));
        }

        return connection;
    }

    // The names of libpq that Npgsql writes in another way; it knows the others without their underscores.
    private static void Set(NpgsqlConnectionStringBuilder connection, string name, string value)
    {
        switch (name.ToLowerInvariant())
        {
            case "host":
                connection.Host = value;
                break;
            case "sslmode":
                connection.SslMode = Enum.Parse<SslMode>(value.Replace("-", string.Empty, StringComparison.Ordinal), ignoreCase: true);
                break;
            case "sslrootcert":
                connection.RootCertificate = value;
                break;
            case "sslcert":
                connection.SslCertificate = value;
                break;
            case "sslkey":
                connection.SslKey = value;
                break;
            case "connect_timeout":
                connection.Timeout = int.Parse(value, System.Globalization.CultureInfo.InvariantCulture);
                break;
            default:
                connection[name.Replace('_', ' ')] = value;
                break;
        }
    }
}
