//! The clipboard of X11: its owner is asked for a format and stores the bytes in a property of our window (ICCCM,
//! section 2).

use std::time::{Duration, Instant};

use x11rb::connection::Connection as _;
use x11rb::errors::{ConnectionError, ReplyError};
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ConnectionExt as _, CreateWindowAux, EventMask, Property, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::{COPY_DEPTH_FROM_PARENT, CURRENT_TIME, NONE};

use super::super::failed;
use super::{MAX_BYTES, Offered};
use crate::imaging::ImagingError;

/// How long the owner may take to answer.
const PATIENCE: Duration = Duration::from_secs(4);
/// The most formats that a program can offer.
const MAX_FORMATS: usize = 200;

/// The formats that the clipboard's owner offers, and the connection to it.
pub struct Offer {
    connection: RustConnection,
    window: u32,
    clipboard: Atom,
    property: Atom,
    incremental: Atom,
    formats: Vec<String>,
}

impl Offer {
    /// Asks what is on the clipboard.
    pub fn open() -> Result<Self, ImagingError> {
        let (connection, screen) = x11rb::connect(None).map_err(|error| failed(error.to_string()))?;
        Self::on(connection, screen).map_err(|error| failed(error.to_string()))?
    }

    fn on(connection: RustConnection, screen: usize) -> Result<Result<Self, ImagingError>, ReplyError> {
        let atom = |name: &str| -> Result<Atom, ReplyError> {
            Ok(connection.intern_atom(false, name.as_bytes())?.reply()?.atom)
        };
        let (clipboard, targets) = (atom("CLIPBOARD")?, atom("TARGETS")?);
        let (property, incremental) = (atom("DIFFUSCOPE_PASTED")?, atom("INCR")?);
        let window = connection.generate_id().map_err(|_| ConnectionError::UnknownError)?;
        let root = connection.setup().roots.get(screen).map_or(NONE, |screen| screen.root);
        let events = CreateWindowAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        let (depth, class) = (COPY_DEPTH_FROM_PARENT, WindowClass::INPUT_OUTPUT);
        connection.create_window(depth, window, root, 0, 0, 1, 1, 0, class, NONE, &events)?;
        let mut offer = Self { connection, window, clipboard, property, incremental, formats: Vec::new() };
        if offer.connection.get_selection_owner(clipboard)?.reply()?.owner == NONE {
            return Ok(Ok(offer));
        }
        let atoms = match offer.ask(targets)? {
            Ok(bytes) => bytes,
            Err(error) => return Ok(Err(error)),
        };
        for atom in atoms.as_chunks::<4>().0.iter().take(MAX_FORMATS) {
            // A number without a name is not a format.
            if let Ok(name) = offer.connection.get_atom_name(Atom::from_ne_bytes(*atom))?.reply() {
                offer.formats.push(String::from_utf8_lossy(&name.name).into_owned());
            }
        }
        Ok(Ok(offer))
    }

    /// The contents of the clipboard in one format; atoms are in this machine's byte order.
    fn ask(&self, format: Atom) -> Result<Result<Vec<u8>, ImagingError>, ReplyError> {
        let (connection, window, property) = (&self.connection, self.window, self.property);
        connection.delete_property(window, property)?;
        connection.convert_selection(window, self.clipboard, format, property, CURRENT_TIME)?;
        connection.flush()?;
        let answered = self.wait(|event| match event {
            Event::SelectionNotify(event) if event.requestor == window && event.target == format => {
                Some(event.property != NONE)
            }
            _ => None,
        })?;
        match answered {
            Some(true) => {}
            Some(false) => return Ok(Err(failed("the program that copied gives nothing out"))),
            None => return Ok(Err(silent())),
        }
        let (kind, whole) = self.take()?;
        if kind != self.incremental {
            return Ok(Ok(whole));
        }
        // Large contents come in parts; an empty part marks the end.
        let mut bytes = Vec::new();
        loop {
            let next = self.wait(|event| match event {
                Event::PropertyNotify(event) => {
                    (event.atom == property && event.state == Property::NEW_VALUE).then_some(())
                }
                _ => None,
            })?;
            if next.is_none() {
                return Ok(Err(silent()));
            }
            let (_, part) = self.take()?;
            if part.is_empty() {
                return Ok(Ok(bytes));
            }
            bytes.extend(part);
            if bytes.len() as u64 > MAX_BYTES {
                return Ok(Err(failed("there is too much on it")));
            }
        }
    }

    /// Takes the type and the bytes of what was stored in our window's property.
    fn take(&self) -> Result<(Atom, Vec<u8>), ReplyError> {
        let most = (MAX_BYTES / 4) as u32;
        let reply = self.connection.get_property(true, self.window, self.property, AtomEnum::ANY, 0, most)?;
        let reply = reply.reply()?;
        self.connection.flush()?;
        Ok((reply.type_, reply.value))
    }

    /// Waits for an event for which `interest` returns a value; `None` if none comes in time.
    fn wait<V>(&self, interest: impl Fn(&Event) -> Option<V>) -> Result<Option<V>, ConnectionError> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            match self.connection.poll_for_event()? {
                Some(event) => {
                    if let Some(value) = interest(&event) {
                        return Ok(Some(value));
                    }
                }
                None => std::thread::sleep(Duration::from_millis(2)),
            }
        }
        Ok(None)
    }
}

fn silent() -> ImagingError {
    failed("the program that copied does not answer")
}

impl Offered for Offer {
    fn formats(&self) -> &[String] {
        &self.formats
    }

    fn bytes(&self, format: &str) -> Result<Vec<u8>, ImagingError> {
        let bytes = || -> Result<_, ReplyError> {
            let atom = self.connection.intern_atom(false, format.as_bytes())?.reply()?.atom;
            self.ask(atom)
        };
        bytes().map_err(|error| failed(error.to_string()))?
    }
}
