using EmailAuth.Reports.Store.Tests.TestSupport;

namespace EmailAuth.Reports.Store.Tests;

public sealed class PostgresReportStoreTests(PostgresFixture fixture) : ReportStoreContract
{
    private string? _address;

    [Fact]
    public async Task Programs_that_start_at_the_same_time_make_the_tables_once()
    {
        _address = await fixture.Server().CreateDatabaseAsync(Cancel);
        var stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ReopenAsync()));
        await stores[0].ImportAsync(TestMessages.Batch(0, TestMessages.Of()), Cancel);
        Assert.Equal(1, (await stores[3].SumsAsync()).Values.Sum());
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_newer_schema_is_refused_and_left_alone()
    {
        await using (await OpenAsync())
        {
        }

        await fixture.Server().ExecuteAsync(_address!, "insert into emailauth_schema (version) values (7)", Cancel);
        var error = await Assert.ThrowsAsync<ReportStoreException>(() => ReopenAsync());
        Assert.Contains("version 7", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
    }

    [Fact]
    public async Task A_user_who_may_not_make_tables_can_use_them()
    {
        await using (await OpenAsync())
        {
        }

        var database = _address!.Split('/', '?')[3];
        await fixture.Server().ExecuteAsync(_address, $"create role user_{database} login; grant select, insert, update, delete on all tables in schema public to user_{database}", Cancel);
        await using var store = await ReportStore.OpenAsync(_address.Replace("username=postgres", $"username=user_{database}", StringComparison.Ordinal), Options(24), cancellationToken: Cancel);
        Assert.Equal(ImportResult.Imported, await store.ImportAsync(TestMessages.Batch(0, TestMessages.Of()), Cancel));
    }

    [Theory]
    [InlineData("postgres:///no_such_database?host={0}&username=postgres", "does not exist", false)]
    [InlineData("postgres:///postgres?host={0}&username=nobody", "refuses the login", false)]
    [InlineData("postgres:///postgres?host={0}/none&username=postgres", "does not answer", true)]
    [InlineData("postgres://postgres@127.0.0.1:9/postgres", "does not answer", true)]
    public async Task What_keeps_from_connecting_is_said(string address, string expected, bool isTransient)
    {
        var error = await Assert.ThrowsAsync<ReportStoreException>(
            () => ReportStore.OpenAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, address, fixture.Server().SocketFolder), password: "s3cret", cancellationToken: Cancel));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(isTransient, error.IsTransient);
    }

    [Fact]
    public async Task A_server_that_restarts_is_away_for_a_while_and_has_what_was_acknowledged()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, "PostgreSQL is not installed.");
        await using var server = await PostgresServer.StartAsync(Cancel);
        await using var store = await ReportStore.OpenAsync(await server.CreateDatabaseAsync(Cancel), Options(24), cancellationToken: Cancel);
        await store.ImportAsync(TestMessages.Batch(0, TestMessages.Of()), Cancel);
        server.Kill();
        var error = await Assert.ThrowsAsync<ReportStoreException>(() => store.ImportAsync(TestMessages.Batch(1, TestMessages.Of()), Cancel));
        Assert.True(error.IsTransient, error.ToString());
        await server.RestartAsync(Cancel);
        Assert.Equal(ImportResult.Imported, await store.ImportAsync(TestMessages.Batch(1, TestMessages.Of()), Cancel));
        Assert.Equal(2, (await store.SumsAsync()).Values.Sum());
    }

    [Fact]
    public void An_address_is_shown_without_its_password()
    {
        foreach (var address in (string[])["postgres://u:s3cret@db.example:5433/mail?sslmode=verify-full", "Host=db.example;Username=u;Password=s3cret;Port=5433;Database=mail"])
        {
            Assert.True(ReportStore.IsPostgres(address));
            var shown = ReportStore.Shown(address);
            Assert.DoesNotContain("s3cret", shown, StringComparison.Ordinal);
            Assert.Contains("db.example", shown, StringComparison.Ordinal);
            Assert.Contains("5433", shown, StringComparison.Ordinal);
        }

        Assert.False(ReportStore.IsPostgres("/var/lib/emailauth/reports.db"));
    }

    [Theory]
    [InlineData("Server=db.example;Username=u;Password=s3cret")]
    [InlineData("Username=u;Password=s3cret; Host=db.example")]
    [InlineData("Password=s3cret;Host =db.example")]
    [InlineData("postgres://u:s3cret@db.example/mail?sslkey=k&sslpassword=s3cret")]
    [InlineData("postgres://u@db.example/mail?password=s3cret")]
    public void Another_form_of_an_address_is_no_file_whose_name_has_the_password(string address)
    {
        Assert.True(ReportStore.IsPostgres(address));
        Assert.True(ReportStore.HasPassword(address));
        Assert.DoesNotContain("s3cret", ReportStore.Shown(address), StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_may_name_the_socket_of_this_machine() =>
        Assert.Contains("Host=/var/run/postgresql", ReportStore.Shown("postgres:///mail?host=/var/run/postgresql"), StringComparison.Ordinal);

    [Theory]
    [InlineData("/var/lib/host=1/reports.db")]
    [InlineData("hosts.db")]
    [InlineData("a;b.db")]
    public void A_file_stays_a_file(string address) => Assert.False(ReportStore.IsPostgres(address));

    [Theory]
    [InlineData("postgres://u@db.example/mail?connect_timeout=99999999999")]
    [InlineData("postgres://u@db.example/mail?port=99999999999")]
    [InlineData("postgres://u@db.example/mail?sslmode=never")]
    [InlineData("postgres://u@db.example:port/mail")]
    [InlineData("Host=db.example;Port=x")]
    [InlineData("postgres:///mail")]
    [InlineData("postgres:///mail?password=s3cret")]
    [InlineData("Host=;Database=mail;Password=s3cret")]
    [InlineData("User Id=u;PWD=s3cret;DATA SOURCE=db.example")]
    public void An_address_that_is_not_readable_is_told_so_without_its_password(string address) =>
        Assert.DoesNotContain("s3cret", Assert.Throws<ReportStoreException>(() => ReportStore.Shown(address)).Message, StringComparison.Ordinal);

    protected override async Task<IReportStore> OpenAsync(int periodHours = 24)
    {
        _address = await fixture.Server().CreateDatabaseAsync(Cancel);
        return await ReopenAsync(periodHours);
    }

    protected override Task<IReportStore> ReopenAsync(int periodHours = 24) => ReportStore.OpenAsync(_address!, Options(periodHours), cancellationToken: Cancel);
}
