# Drives the Ruby SDK: a question a line on standard input, an answer a line on standard output.
#
#   ruby ruby_driver.rb FOLDER     a checkout of the SDK, with its code under FOLDER/build/lib
#
# Two things that the SDK of 2019 takes for granted are supplied here, and are no part of what is judged:
# URI.encode, which Ruby 3 no longer has, and the address of the host under judgement, whose names are of this machine.
require "json"
require "socket"
require "uri"

$answers = $stdout.dup
$stdout.reopen($stderr)
$answers.sync = true

unless URI.respond_to?(:encode)
  def URI.encode(text)
    URI::DEFAULT_PARSER.escape(text) # what it did in Ruby 2
  end
end

# Lets sign-in reach nothing but the host that was given, by names that no name server knows.
module Fence
  class << self
    attr_accessor :hosts

    def address(host)
      unless hosts.any? { |each| host == each || host == each.sub("api.", "login.") }
        raise SocketError, "#{host} is none of the hosts that it was given"
      end
      host.end_with?(".localhost") ? "127.0.0.1" : host
    end
  end

  # Which of the two is used depends on the version of Ruby.
  def tcp(host, *more, **options, &block)
    super(Fence.address(host), *more, **options, &block)
  end

  def open(host, *more, **options, &block)
    super(Fence.address(host), *more, **options, &block)
  end
end
TCPSocket.singleton_class.prepend(Fence)
Socket.singleton_class.prepend(Fence)

class Driver
  def initialize(folder)
    @lib = File.join(folder, "build", "lib")
    @apis = {}
  end

  # Loads the SDK and makes a client without credentials.
  def open(question)
    $LOAD_PATH.unshift(@lib)
    require "purecloudplatformclientv2"
    uri = URI.parse(question["host"])
    Fence.hosts = [uri.host] + question.fetch("hosts", []).map { |url| URI.parse(url).host }
    @host = uri.port == uri.default_port ? uri.host : "#{uri.host}:#{uri.port}"
    @authority = question["authority"]
    @apis[false] = api(PureCloud::Configuration.new)
    found = PureCloud::SCIMApi.instance_methods(false).select { |name| name.to_s.include?("scim") }
    methods = found.reject { |name| name.to_s.end_with?("_with_http_info") }.to_h { |name| [name.to_s, required(name)] }
    { version: PureCloud::VERSION, methods: methods }
  end

  # Gets a token by client credentials; the SDK keeps it in the configuration that all its clients share.
  def sign_in(question)
    PureCloud.authenticate_with_client_credentials(question["client"], question["secret"], @host.sub(/\Aapi\./, ""))
    @apis[true] = api(PureCloud.configure)
    { result: nil }
  end

  # Uses a token that was got otherwise.
  def take_token(question)
    PureCloud.configure.access_token = question["token"]
    @apis[true] = api(PureCloud.configure)
    { result: nil }
  end

  # Calls a method; what a body's models do not have is told as missing.
  def call(question)
    @missing = []
    given = question["arguments"].transform_values { |value| native(value) }
    positional = PureCloud::SCIMApi.instance_method(question["method"]).parameters
    required = positional.select { |kind, _| kind == :req }.map { |_, name| name.to_s }
    values = required.select { |name| given.key?(name) }.map { |name| given[name] }
    more = given.reject { |name, _| required.include?(name) }.transform_keys(&:to_sym)
    values << more if positional.any? { |kind, name| kind == :opt && name == :opts }
    { result: plain(@apis[question["signed_in"]].send(question["method"], *values)), missing: @missing }
  rescue StandardError => error
    { error: raised(error), missing: @missing }
  end

  private

  def api(configuration)
    configuration.host = @host
    configuration.ssl_ca_cert = @authority if @authority
    PureCloud::SCIMApi.new(PureCloud::ApiClient.new(configuration))
  end

  def required(name)
    PureCloud::SCIMApi.instance_method(name).parameters.select { |kind, _| kind == :req }.map { |_, each| each.to_s }
  end

  def native(value)
    return value.map { |item| native(item) } if value.is_a?(Array)
    return value unless value.is_a?(Hash)
    return DateTime.parse(value["date"]) if value.key?("date")
    return value["map"].transform_values { |held| native(held) } if value.key?("map")

    model(value["model"], value["properties"])
  end

  def model(name, properties)
    unless PureCloud.const_defined?(name)
      @missing << name
      return nil
    end
    made = PureCloud.const_get(name).new
    properties.each do |attribute, value|
      if made.class.swagger_types.key?(attribute.to_sym)
        made.send("#{attribute}=", native(value))
      else
        @missing << "#{name}.#{attribute}"
      end
    end
    made
  end

  def plain(value)
    case value
    when nil, String, Integer, Float, true, false then value
    when DateTime, Time then { date: value.iso8601(6) }
    when Symbol then value.to_s
    when Array then value.map { |item| plain(item) }
    when Hash then { map: value.to_h { |name, held| [name.to_s, plain(held)] } }
    else
      types = value.class.respond_to?(:swagger_types) ? value.class.swagger_types : nil
      return { other: value.class.name, text: value.to_s[0, 1000] } unless types

      { model: value.class.name.split("::").last, properties: types.keys.to_h { |name| [name, plain(value.send(name))] } }
    end
  end

  def raised(error)
    known = error.is_a?(PureCloud::ApiError)
    body = known && error.response_body ? error.response_body.dup.force_encoding("UTF-8").scrub : nil
    { class: error.class.name, api: known, status: known ? error.code : nil, body: body, text: error.message.to_s[0, 1000] }
  end
end

driver = Driver.new(ARGV.fetch(0))
$stdin.set_encoding("UTF-8")
while (line = $stdin.gets)
  question = JSON.parse(line)
  begin
    answer = driver.send(question["do"], question)
  rescue StandardError, LoadError => error
    answer = { failed: "#{error.class}: #{error.message}"[0, 1000] }
  end
  $answers.puts(JSON.generate({ id: question["id"] }.merge(answer)))
end
